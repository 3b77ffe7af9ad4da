/** Of this process's environment: what any program needs. */
const BASIC = ['PATH', 'HOME', 'LANG', 'TZ', 'TMPDIR'];

/** What a service of the stack gets of the environment: the exporter all, nobody else the providers' keys. Pure. */
export function serviceEnvironment(service: string, environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  if (service === 'exporter') return environment;
  // Grafana's own settings, as its documentation names them.
  const isPassed = (name: string): boolean => BASIC.includes(name) || (service === 'grafana' && name.startsWith('GF_'));
  return Object.fromEntries(Object.entries(environment).filter(([name]) => isPassed(name)));
}
