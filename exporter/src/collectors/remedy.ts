import { remedyOfCause, symptomOf } from './causes.ts';
import type { CollectorError } from './errors.ts';

/**
 * What to do about a known cause, and where the way to a provider or the provider itself is at fault, so that nobody changes a good key;
 * undefined where the key, its rights or the question are the matter. `setting` holds the address.
 */
export function remedyForTransport(error: CollectorError, provider: string, setting: string): string | undefined {
  const known = remedyOfCause(symptomOf(error, provider));
  if (known !== undefined) return known;
  if (error.kind === 'network')
    return `${provider} was not reached, so the key was not even looked at: check ${setting}, and DNS, firewall and proxy of this machine`;
  if (error.kind === 'timeout')
    return `${provider} did not answer in time, which says nothing about the key: check ${setting} and the network, and try again`;
  if (error.kind === 'rate_limited')
    return `${provider} answers too many requests at the moment: try again in some minutes`;
  if (error.kind === 'bad_payload')
    return `what answers at ${setting} does not answer as ${provider} does: check the address, and proxies on the way`;
  if (error.kind === 'upstream' && (error.status ?? 0) >= 500)
    return `${provider} itself fails (${error.status ?? 'no status'}): try again later, and look at its status page`;
  return undefined;
}
