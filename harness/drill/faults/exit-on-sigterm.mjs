// Whatever is being answered is cut at SIGTERM.
process.on('SIGTERM', () => process.exit(0));
