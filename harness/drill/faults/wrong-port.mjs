// It listens, though not where it is told to.
const { Server } = process.getBuiltinModule('node:net');
const { listen } = Server.prototype;
const { PORT } = process.env;
Server.prototype.listen = function (port, ...rest) {
  return listen.call(this, String(port) === PORT ? 0 : port, ...rest);
};
