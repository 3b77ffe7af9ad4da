import { createCollectors } from './collectors/index.ts';
import { createHandler } from './http-handler.ts';
import { runExporter } from './run-exporter.ts';

await runExporter({ createCollectors, createHandler });
