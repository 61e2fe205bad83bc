/** Which lines of a container's log, as in the query of `GET …/pods/NAME/log`. */
export interface PodLogOptions {
  readonly namespace: string;
  readonly pod: string;
  /** The container's name; one that the pod has. */
  readonly container: string;
  /** Go on with lines as they are written, until the container ends. */
  readonly follow: boolean;
  /** The log of the container's last run instead of this one's. */
  readonly previous: boolean;
  /** Each line begins with its RFC 3339 time and a space. */
  readonly timestamps: boolean;
  /** Only so many lines from the end, 0 or more. */
  readonly tailLines?: number;
  /** Only lines at most so many seconds old, 1 or more. */
  readonly sinceSeconds?: number;
  /** Only lines written at or after this moment, in milliseconds since 1970. */
  readonly sinceTime?: number;
}

/** Where pod logs come from: the kubelet. */
export interface PodLogs {
  /**
   * The lines, without line ends. Ends when the log does, or when `signal` aborts. Rejects with a ApiStatusError
   * (400) before the first line where there is no such log, for example of a container that has not started.
   */
  read(options: PodLogOptions, signal: AbortSignal): AsyncIterable<string>;
}
