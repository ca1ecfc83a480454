// Asks the validations of a ValidatingAdmissionPolicy, or the conditions alone of a webhook, about requests, as the API server would: conditions, then variables in their order, then validations.
// Reads {"spec", "cases": [{"name", "object", "oldObject", "request"}]} from standard input; prints a line for each case: its name, a tab, and
// skipped, ok or the message of the validation that fails.
import { readFileSync } from "node:fs";
import { Environment } from "@marcbachmann/cel-js";

const { spec, cases } = JSON.parse(readFileSync(0, "utf8"));
const environment = new Environment({ unlistedVariablesAreDyn: true, homogeneousAggregateLiterals: true });

// Numbers of CEL that are whole are BigInt here.
const whole = (value) =>
  typeof value === "number" ? BigInt(value)
  : Array.isArray(value) ? value.map(whole)
  : value && typeof value === "object" ? Object.fromEntries(Object.entries(value).map(([key, item]) => [key, whole(item)]))
  : value;

function judge(given) {
  const context = whole({ oldObject: null, variables: {}, ...given });
  if (!spec.matchConditions.every((condition) => environment.evaluate(condition.expression, context))) {
    return "skipped";
  }

  for (const variable of spec.variables ?? []) {
    context.variables[variable.name] = environment.evaluate(variable.expression, context);
  }

  const failed = (spec.validations ?? []).find((validation) => !environment.evaluate(validation.expression, context));
  return !failed ? "ok" : failed.messageExpression ? environment.evaluate(failed.messageExpression, context) : failed.message;
}

for (const { name, ...given } of cases) {
  let verdict;
  try {
    verdict = judge(given);
  } catch (error) {
    verdict = `error: ${error.message}`;
  }

  console.log(`${name}\t${verdict}`);
}
