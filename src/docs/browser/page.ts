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

const markdown = document.querySelector<HTMLAnchorElement>(".forms [href$='.md']");
markdown?.after(copyButton(words.copyPage, async () => (await fetch(markdown.href)).text()));

for (const place of hasMock ? document.querySelectorAll<HTMLElement>("[data-of]") : []) {
  const name = place.dataset.of ?? "";
  const row = document.createElement("p");
  row.className = "buttons";
  row.append(
    button(words.sendTo.replace("{origin}", location.origin), async () => {
      const { data, send } = await loaded();
      await send(data, name, row);
    }),
    copyButton(words.copyCurl, async () => (await loaded()).data.scenarios[name]?.curl ?? ""),
  );
  place.append(row);
}

/** What sends and judges is loaded when it is wanted. */
function loaded(): Promise<TryModule> {
  return import(new URL("try.js", location.href).href);
}
