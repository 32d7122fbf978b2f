// What GitHub's own parser says of workflows and actions: a line `FILE:LINE:COLUMN: message` for each complaint.
//
// install.sh bundles it: as published the parser's modules are for bundlers, and node cannot import them.
import { readFileSync } from "node:fs";
import { convertWorkflowTemplate, NoOperationTraceWriter, parseWorkflow } from "@actions/workflow-parser";
import { convertActionTemplate, parseAction } from "@actions/workflow-parser/actions/index";

/** The complaints about one file. The first pass checks its form, the second what refers to what. */
async function complaints(path) {
  const file = { name: path, content: readFileSync(path, "utf8") };
  const isAction = /(^|\/)action\.ya?ml$/.test(path);
  const { context, value } = (isAction ? parseAction : parseWorkflow)(file, new NoOperationTraceWriter());
  const errors = () => context.errors.getErrors();
  if (value !== undefined && errors().length === 0) {
    if (isAction) {
      convertActionTemplate(context, value);
    } else {
      await convertWorkflowTemplate(context, value);
    }
  }
  return errors().map(({ range, rawMessage, message }) => {
    const { line, column } = range?.start ?? { line: 1, column: 1 };
    return `${path}:${line}:${column}: ${rawMessage ?? message} [github]`;
  });
}

(async () => {
  let bad = false;
  for (const path of process.argv.slice(2)) {
    for (const complaint of await complaints(path)) {
      console.log(complaint);
      bad = true;
    }
  }
  process.exitCode = bad ? 1 : 0;
})();
