import type { PageData, TryModule } from "./data.ts";

const { words, hasMock } = JSON.parse(document.getElementById("page-data")?.textContent ?? "{}") as PageData;

/** Says what has happened to those who do not see it. */
const said = document.createElement("p");
said.className = "unseen";
said.setAttribute("role", "status");
document.body.append(said);

function button(text: string, work: (button: HTMLButtonElement) => Promise<void>): HTMLButtonElement {
  const made = document.createElement("button");
  made.textContent = text;
  made.addEventListener("click", () => work(made));
  made.addEventListener("blur", () => {
    made.textContent = text;
  });
  return made;
}

/** Says on a button what came of it, until it is left. */
function say(button: HTMLButtonElement, text: string): void {
  button.textContent = text;
  said.textContent = text;
  button.focus();
}

/** Puts a text into the clipboard, also where the page came over plain http and has no clipboard of its own. */
async function copied(text: string | undefined): Promise<boolean> {
  if (text === undefined) return false;
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
function copyButton(text: string, source: () => Promise<string | undefined>, shown?: Node): HTMLButtonElement {
  return button(text, async (made) => {
    const isCopied = await source().then(copied, () => false);
    if (!isCopied && shown) getSelection()?.selectAllChildren(shown);
    const failure = shown ? words.selected : words.notCopied;
    say(made, isCopied ? words.copied : failure);
  });
}

for (const block of document.querySelectorAll("pre.copy")) {
  const code = block.firstElementChild ?? block;
  block.prepend(copyButton(words.copy, async () => code.textContent ?? "", code));
}

const markdown = document.querySelector<HTMLAnchorElement>(".forms [href$='.md']");
markdown?.after(copyButton(words.copyPage, async () => (await fetch(markdown.href)).text()));

for (const place of hasMock ? document.querySelectorAll<HTMLElement>("[data-of]") : []) {
  const name = place.dataset.of ?? "";
  const row = document.createElement("p");
  row.className = "buttons";
  row.append(
    button(words.sendTo.replace("{origin}", location.origin), async (made) => {
      const sent = loaded().then(({ data, send }) => send(data, name, row));
      await sent.catch(() => say(made, words.noAnswer));
    }),
    copyButton(words.copyCurl, async () => (await loaded()).data.scenarios[name]?.curl),
  );
  place.append(row);
}

/** What sends and judges is loaded when it is wanted. */
function loaded(): Promise<TryModule> {
  return import(new URL("try.js", location.href).href);
}
