import assert from 'node:assert/strict';
import fs from 'node:fs';
import { describeNode } from '../../kubelet/node.ts';

describe('The node', () => {
  it("has the distribution's name, as `get nodes -o wide` shows it", function () {
    if (!fs.existsSync('/etc/os-release')) this.skip();
    const { osImage = '' } = describeNode('minikube', 0).status?.nodeInfo ?? {};
    const lines = fs.readFileSync('/etc/os-release', 'utf8').replaceAll('"', '').split('\n');
    assert.ok(lines.includes(`PRETTY_NAME=${osImage}`), osImage);
  });
});
