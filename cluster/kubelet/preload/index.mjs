// Loaded into every container's Node (`--import`): gives it the network of its pod, without root. What a pod's processes
// know of the network lies in a folder, as cluster/kubelet/pod-network.ts and service-routes.ts write it.
import './listening.mjs';
import './connecting.mjs';
import './lookup.mjs';
import './hostname.mjs';
