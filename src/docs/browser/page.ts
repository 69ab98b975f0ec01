import type { PageData, TryModule } from "./data.ts";

const data = JSON.parse(document.getElementById("page-data")?.textContent ?? "{}") as PageData;
const { words, mock, curl } = data;

/** Says what has happened to those who do not see it. */
const said = document.createElement("p");
said.className = "unseen";
said.setAttribute("role", "status");
document.body.append(said);

function button(text: string, work: (button: HTMLButtonElement) => Promise<void>): HTMLButtonElement {
  const made = document.createElement("button");
  made.type = "button";
  made.textContent = text;
  made.addEventListener("click", () => work(made));
  return made;
}

/** Puts a text into the clipboard, also where the page came over plain http and has no clipboard of its own. */
async function copied(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const field = document.createElement("textarea");
    field.value = text;
    document.body.append(field);
    field.select();
    const done = document.execCommand("copy");
    field.remove();
    return done;
  }
}

/** A button that copies; where nothing can, it selects what is shown, to be copied by hand. */
function copyButton(text: string, source: () => Promise<string>, shown?: Node): HTMLButtonElement {
  const made = button(text, async () => {
    const isCopied = await source().then(copied, () => false);
    made.textContent = isCopied ? words.copied : words.notCopied;
    if (!isCopied && shown) {
      getSelection()?.selectAllChildren(shown);
      made.textContent = words.selected;
    }
    said.textContent = made.textContent;
    made.focus();
  });
  made.addEventListener("blur", () => {
    made.textContent = text;
  });
  return made;
}

for (const block of document.querySelectorAll("pre.copy")) {
  const code = block.firstElementChild ?? block;
  block.prepend(copyButton(words.copy, async () => code.textContent ?? "", code));
}

const markdown = document.querySelector<HTMLAnchorElement>(".forms a[type='text/markdown']");
markdown?.after(copyButton(words.copyPage, async () => (await fetch(markdown.href)).text()));

for (const place of document.querySelectorAll<HTMLElement>("[data-of]")) {
  const name = place.dataset.of ?? "";
  const command = curl[name];
  const row = document.createElement("p");
  row.className = "buttons";
  if (mock !== undefined) row.append(button(words.sendTo.replace("{origin}", mock), () => trySending(name, mock, row)));
  if (command !== undefined) row.append(copyButton(words.copyCurl, async () => command));
  place.append(row);
}

/** What sends and judges is loaded when it is wanted. */
async function trySending(name: string, origin: string, row: HTMLElement): Promise<void> {
  const address = new URL("try.js", location.href).href;
  const { data: tried, send } = (await import(address)) as TryModule;
  await send(tried, name, origin, row);
}
