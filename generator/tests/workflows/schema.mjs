// Compares the answers in a log of github.py with GitHub's own description of its interface.
//
// node schema.mjs FOLDER-OF-NPM LOG
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const [folder, log] = process.argv.slice(2);
const require = createRequire(pathToFileURL(`${folder}/`));
const { Ajv } = require("ajv");
const addFormats = require("ajv-formats");
const description = JSON.parse(readFileSync(require.resolve("@octokit/openapi/generated/api.github.com.json"), "utf8"));

// Not strict: the description has words of its own, as `example`.
const ajv = new Ajv({ strict: false, allErrors: true });
addFormats.default(ajv);
ajv.addSchema(description, "github");

const pointer = (...steps) => "github#/" + steps.map((step) => step.replaceAll("~", "~0").replaceAll("/", "~1")).map(encodeURIComponent).join("/");
let compared = 0;
let bad = 0;
const lines = readFileSync(log, "utf8").split("\n").filter(Boolean);
for (const line of lines) {
  const { method, operation, status, answer } = JSON.parse(line);
  if (operation === null || status >= 400) continue;
  const at = ["paths", operation, method.toLowerCase(), "responses", String(status)];
  const known = at.reduce((value, step) => value?.[step], description);
  if (known === undefined) {
    console.log(`${method} ${operation}: GitHub has no answer ${status}`);
    bad += 1;
    continue;
  }
  const validate = ajv.compile({ $ref: pointer(...at, "content", "application/json", "schema") });
  compared += 1;
  if (!validate(answer)) {
    bad += 1;
    for (const { instancePath, message } of validate.errors) console.log(`${method} ${operation}: ${instancePath} ${message}`);
  }
}
console.log(`${compared} answers compared, ${bad} wrong`);
// A refusal has no shape to compare; a log without requests says that nobody asked.
process.exitCode = bad || lines.length === 0 ? 1 : 0;
