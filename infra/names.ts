/** The name of the ServiceAccount, its role and binding, the Deployment, and the elector's container and image. */
export const electorName = 'leader-elector';

/** The name of the app's container and image. */
export const appName = 'nodejs-le';

/** The Service in front of the app. */
export const serviceName = 'leader-elector-service';

/** What the pods are found by. */
export const labels = { app: electorName };

/** Where the elector answers, inside its pod. */
export const electorPort = 4040;

/** Where the app answers, inside its pod. */
export const appPort = 8080;

/** Where the app answers as the leader, and refuses while its pod is not that. */
export const leaderPort = 8081;
