// os.hostname() is the pod's host name, not the machine's.
import { syncBuiltinESMExports } from 'node:module';
import os from 'node:os';
import process from 'node:process';

const { POD_HOSTNAME } = process.env;
os.hostname = () => POD_HOSTNAME;

syncBuiltinESMExports();
