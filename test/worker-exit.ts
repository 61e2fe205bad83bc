// A process writes its coverage when it exits. Mocha's workers are told to exit, and get SIGTERM a second later, which on a busy machine
// would end them in the middle of that. Where somebody listens to it, SIGTERM does not interrupt an exit that is under way.
process.on('SIGTERM', () => process.exit(143));
