import fs from 'node:fs';
import os from 'node:os';
import type { Node } from 'kubernetes-types/core/v1.js';
import { timestamp } from '../api-server/timestamp.ts';
import { hostIP } from './downward-api.ts';

/** How many pods a node takes. */
export const podCapacity = 110;

const architectures: Partial<Record<NodeJS.Architecture, string>> = { x64: 'amd64', ia32: '386' };

/** This machine as a ready Node of that name. `now` is in milliseconds since 1970. */
export function describeNode(name: string, now: number): Node {
  const architecture = architectures[process.arch] ?? process.arch;
  const resources = {
    cpu: String(os.cpus().length),
    memory: `${Math.floor(os.totalmem() / 1024)}Ki`,
    pods: String(podCapacity),
  };
  const machine = { 'kubernetes.io/arch': architecture, 'kubernetes.io/os': process.platform };
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name, labels: { ...machine, 'kubernetes.io/hostname': name } },
    spec: { podCIDR: '10.244.0.0/24', podCIDRs: ['10.244.0.0/24'] },
    status: {
      addresses: [
        { type: 'InternalIP', address: hostIP },
        { type: 'Hostname', address: name },
      ],
      capacity: resources,
      allocatable: resources,
      conditions: [
        condition(
          'MemoryPressure',
          'False',
          'KubeletHasSufficientMemory',
          'kubelet has sufficient memory available',
        ),
        condition('DiskPressure', 'False', 'KubeletHasNoDiskPressure', 'kubelet has no disk pressure'),
        condition('PIDPressure', 'False', 'KubeletHasSufficientPID', 'kubelet has sufficient PID available'),
        condition('Ready', 'True', 'KubeletReady', 'kubelet is posting ready status'),
      ].map((one) => ({ ...one, lastHeartbeatTime: timestamp(now), lastTransitionTime: timestamp(now) })),
      nodeInfo: {
        architecture,
        bootID: '',
        containerRuntimeVersion: `process://${process.versions.node}`,
        kernelVersion: os.release(),
        kubeProxyVersion: '',
        kubeletVersion: 'v1.34.4',
        machineID: '',
        operatingSystem: process.platform,
        osImage: osImage(),
        systemUUID: '',
      },
    },
  };
}

/** The distribution's name, where there is one. */
function osImage(): string {
  const file = '/etc/os-release';
  const release = fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : '';
  return /^PRETTY_NAME="?([^"\n]+)/m.exec(release)?.[1] ?? os.version();
}

function condition(type: string, status: 'True' | 'False', reason: string, message: string) {
  return { type, status, reason, message };
}
