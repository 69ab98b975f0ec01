// Answers a login, and any other call, on a thread of its own.
import { createServer } from "node:http";
import { parentPort } from "node:worker_threads";

const server = createServer((request, response) => {
  request.resume();
  response.setHeader("content-type", "application/json");
  response.end(request.url === "/api/authenticate" ? '{"token":"bench-token"}' : '{"data":"for you"}');
});
server.listen(0, "127.0.0.1", () => parentPort.postMessage(`http://127.0.0.1:${server.address().port}`));
