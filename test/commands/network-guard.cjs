// Loaded into Node before anything else, in every process that a script starts (NODE_OPTIONS reaches them all): writes down
// each attempt to leave this machine in the file that LOGIN_APIS_NETWORK_ATTEMPTS names, and makes it fail.
const { appendFileSync } = require("node:fs");
const { syncBuiltinESMExports } = require("node:module");
const dgram = require("node:dgram");
const dns = require("node:dns");
const net = require("node:net");

const loopback = /^(localhost|127(\.\d+){3}|::1|::ffff:127(\.\d+){3})$/i;

/** The error that an attempt gets, or `undefined` if it stays on this machine. */
function refusal(what, host = "localhost") {
  if (loopback.test(host)) return undefined;
  appendFileSync(process.env.LOGIN_APIS_NETWORK_ATTEMPTS, `${what} ${host} by ${process.argv.slice(1, 3).join(" ")}\n`);
  return Object.assign(new Error(`${what} ${host} is beyond this machine`), { code: "ENETUNREACH" });
}

const { connect } = net.Socket.prototype;
net.Socket.prototype.connect = function (...args) {
  // Node's own callers pass the arguments as one normalized array, others as they please.
  const [options] = Array.isArray(args[0]) ? args[0] : net._normalizeArgs(args);
  const error = options.path ? undefined : refusal("connect", options.host);
  if (!error) return connect.apply(this, args);
  // Not at once: whoever called listens for errors only after the call.
  setImmediate(() => this.destroy(error));
  return this;
};

const { connect: connectDatagrams, send } = dgram.Socket.prototype;
dgram.Socket.prototype.connect = function (port, address, ...rest) {
  const error = refusal("udp", typeof address === "string" ? address : undefined);
  if (error) throw error;
  return connectDatagrams.call(this, port, address, ...rest);
};
dgram.Socket.prototype.send = function (...args) {
  const error = refusal(
    "udp",
    args.slice(1).find((argument) => typeof argument === "string"),
  );
  if (error) throw error;
  return send.apply(this, args);
};

// The callbacks' functions and the promises' ones, of the module and of a resolver of one's own.
const inCallbacks = [dns, dns.Resolver.prototype];
const inPromises = [dns.promises, dns.promises.Resolver.prototype];
for (const holder of [...inCallbacks, ...inPromises]) {
  for (const name of Object.getOwnPropertyNames(holder)) {
    const original = holder[name];
    if (typeof original !== "function" || !/^(lookup|lookupService|resolve.*|reverse)$/.test(name)) continue;
    holder[name] = function (host, ...rest) {
      const error = refusal(name, host);
      if (!error) return original.call(this, host, ...rest);
      if (inPromises.includes(holder)) return Promise.reject(error);
      process.nextTick(rest.at(-1), error);
    };
  }
}
syncBuiltinESMExports();
