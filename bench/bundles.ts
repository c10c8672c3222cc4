import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import { type AnyForm, FORMS, PIPELINE_FORMS } from './forms/forms.js';

/** Bundles the workflows of each form into a folder; gives the paths. */
export async function bundleForms(folder: string): Promise<Readonly<Record<AnyForm, string>>> {
  const logger = new DefaultLogger('WARN');
  const bundles: Partial<Record<AnyForm, string>> = {};
  for (const form of [...FORMS, ...PIPELINE_FORMS]) {
    const workflowsPath = fileURLToPath(new URL(`./forms/${form}.js`, import.meta.url));
    const { code } = await bundleWorkflowCode({ workflowsPath, logger });
    const path = join(folder, `${form}.js`);
    await writeFile(path, code);
    bundles[form] = path;
  }
  return bundles as Record<AnyForm, string>;
}
