import { connect } from "node:net";

/** Sends bytes as they are, and gives what came back until the mock ended the connection, with the error that ended it. */
export async function sendRaw(url: string, text: string): Promise<{ received: string; error?: string }> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  let received = "";
  let error: string | undefined;
  socket.setEncoding("utf8").on("data", (chunk) => {
    received += chunk;
  });
  socket.on("error", ({ code }: NodeJS.ErrnoException) => {
    error = code;
  });
  socket.write(text);
  // Not by `once`, which an error would end first.
  await new Promise((resolve) => socket.on("close", resolve));
  return { received, ...(error && { error }) };
}
