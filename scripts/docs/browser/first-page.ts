const said = document.createElement("p");
said.className = "unseen";
said.setAttribute("role", "status");
document.body.append(said);

for (const block of document.querySelectorAll("pre.copy")) {
  const text = block.textContent ?? "";
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = "Copy";
  button.addEventListener("click", async () => {
    const copied = await navigator.clipboard.writeText(text).then(
      () => true,
      () => false,
    );
    button.textContent = copied ? "Copied" : "Select it";
    said.textContent = copied ? "Copied" : "The browser allows no copying here: select the text instead.";
  });
  button.addEventListener("blur", () => {
    button.textContent = "Copy";
  });
  block.append(button);
}
