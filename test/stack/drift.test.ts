import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { projectFolder } from '../../infra/bundle.ts';
import { defaultStack, only } from './stack.ts';

describe('what kubectl changed', () => {
  it('is seen by every run of Pulumi', () => {
    const project = parse(readFileSync(join(projectFolder, 'Pulumi.yaml'), 'utf8')) as { options: unknown };
    assert.deepEqual(project.options, { refresh: 'always' });
  });

  it('is put back, whoever manages the field', async () => {
    const { inputs } = only(await defaultStack(), 'pulumi:providers:kubernetes');
    assert.equal(inputs['enablePatchForce'], 'true');
  });
});
