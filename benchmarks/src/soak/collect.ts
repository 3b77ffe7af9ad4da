/**
 * Loaded into the soaked exporter by `--import`: SIGUSR2 collects all garbage and writes what is left to MEMORY_FILE.
 * What the engine would release some time later is not a leak, and a leak is not hidden by what it has not yet
 * released.
 */
import { writeFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collect = (): unknown => runInNewContext('gc()');
const file = process.env['MEMORY_FILE'];
delete process.env['MEMORY_FILE'];

process.on('SIGUSR2', () => {
  if (file === undefined) return;
  collect();
  // Twice: finalizers run between the two, and free what they held.
  setTimeout(() => {
    collect();
    writeFileSync(file, JSON.stringify(process.memoryUsage()));
  }, 200);
});
