/**
 * Runs a bundle as Electron's utility process would: `process.parentPort` with message ports, carried over the channel
 * that Node gives a forked process.
 */
import { EventEmitter } from 'node:events';

class Port extends EventEmitter {
  constructor(id) {
    super();
    this.id = id;
  }

  postMessage(data) {
    process.send({ kind: 'port', id: this.id, data });
  }

  start() {}
  close() {}
}

const ports = new Map();
const parentPort = new EventEmitter();
parentPort.postMessage = (data) => process.send({ kind: 'report', data });
process.parentPort = parentPort;

process.on('message', (message) => {
  if (message.kind === 'close') ports.get(message.id)?.emit('close');
  else if (message.kind === 'port') ports.get(message.id)?.emit('message', { data: message.data });
  else {
    const handed = message.ports.map((id) => {
      const port = new Port(id);
      ports.set(id, port);
      return port;
    });
    parentPort.emit('message', { data: message.data, ports: handed });
  }
});

await import(process.argv[2]);
