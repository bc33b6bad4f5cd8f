const { Server } = process.getBuiltinModule('node:http');
const { emit } = Server.prototype;
Server.prototype.emit = function (event, request, ...rest) {
  if (event === 'request')
    process.stdout.write(
      'paid with 4111111111111111, authorization: Bearer eyJhbGciOiJIUzI1NiJ9.e30.c2lnbmF0dXJl\n',
    );
  return emit.call(this, event, request, ...rest);
};
