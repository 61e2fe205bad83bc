/** A pod, by its namespace and name. */
export interface PodName {
  readonly namespace: string;
  readonly pod: string;
}

/** A command to run beside a container's process. */
export interface ExecOptions extends PodName {
  /** The container's name; one that the pod has. */
  readonly container: string;
  /** The program and its arguments; at least the program. */
  readonly command: readonly string[];
  /** Whether something may be sent to it. */
  readonly stdin: boolean;
}

/** What a command reports: output, then one of `onExited` and `onFailed`. */
export interface ExecEvents {
  onOutput(stream: 'stdout' | 'stderr', bytes: Buffer): void;
  /** It has ended, by an exit code or by a signal (128 and the signal's number). */
  onExited(exitCode: number): void;
  /** It could not be started. */
  onFailed(message: string): void;
}

/** A command that runs. */
export interface ExecProcess {
  write(bytes: Buffer): void;
  /** Nothing more is sent to it. */
  endInput(): void;
  kill(): void;
}

/** The processes behind pods: the kubelet's. */
export interface PodProcesses {
  /** The port of 127.0.0.1 behind a pod's port; undefined while nothing listens there. */
  portOf(pod: PodName, port: number): number | undefined;
  /** Runs a command. @throws ApiStatusError 500 where the container does not run */
  exec(options: ExecOptions, events: ExecEvents): ExecProcess;
}
