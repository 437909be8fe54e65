// Portkey's gateway 1.15.2 listens on every interface and has no option for it; loaded before it, this leaves loopback alone.
import { Server } from 'node:net';

const { listen } = Server.prototype;

Server.prototype.listen = function (port, ...more) {
  return listen.call(
    this,
    { port: Number(port), host: '127.0.0.1' },
    ...more.filter((each) => typeof each === 'function'),
  );
};
