import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import { DataFlowPlugin } from '../index.js';
import { type AnyForm, FORMS, OURS, PIPELINE_FORMS } from './forms/forms.js';

/** Bundles the workflows of each form into a folder; gives the paths. */
export async function bundleForms(folder: string): Promise<Readonly<Record<AnyForm, string>>> {
  const logger = new DefaultLogger('WARN');
  const bundles: Partial<Record<AnyForm, string>> = {};
  for (const form of [...FORMS, ...PIPELINE_FORMS]) {
    const workflowsPath = fileURLToPath(new URL(`./forms/${form}.js`, import.meta.url));
    const plugins = OURS.includes(form) ? [new DataFlowPlugin()] : [];
    const { code } = await bundleWorkflowCode({ workflowsPath, logger, plugins });
    const path = join(folder, `${form}.js`);
    await writeFile(path, code);
    bundles[form] = path;
  }
  return bundles as Record<AnyForm, string>;
}
