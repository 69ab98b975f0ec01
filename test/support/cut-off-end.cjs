// Ends every process in whose environment a mark stands, once nobody holds the other end of its input any more. Plain
// JavaScript, since it is started for every run of the tests.
const { readdirSync, readFileSync } = require("node:fs");

const [, , mark] = process.argv;

/** Whether a process began with the mark in its environment. */
function isMarked(id) {
  try {
    return readFileSync(`/proc/${id}/environ`, "utf8").split("\0").includes(mark);
  } catch {
    return false;
  }
}

/** Gives whether there was one: while there are, they may start others. */
function endMarked() {
  const ids = readdirSync("/proc").filter((name) => /^\d+$/.test(name) && isMarked(name));
  for (const id of ids) {
    try {
      process.kill(Number(id), "SIGKILL");
    } catch {
      // It has ended meanwhile.
    }
  }
  return ids.length > 0;
}

process.stdin.resume().on("end", () => {
  // One that has ended is there until its parent asks for it, without an environment that could be read.
  const timer = setInterval(() => {
    if (!endMarked()) clearInterval(timer);
  }, 50);
});
