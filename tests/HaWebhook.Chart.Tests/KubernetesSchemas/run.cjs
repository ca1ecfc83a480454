// Holds objects to the OpenAPI schemas of Kubernetes. Reads a list of them as JSON from standard input; prints a line for each: its kind and name, a tab,
// and ok, unknown (a kind that is not Kubernetes' own) or what is wrong with it.
const { readFileSync } = require("node:fs");

for (const object of JSON.parse(readFileSync(0, "utf8"))) {
  let verdict = "ok";
  try {
    const Kind = require(`kubernetes-models/${object.apiVersion}`)[object.kind];
    new Kind(object).validate();
  } catch (error) {
    verdict = error.code === "MODULE_NOT_FOUND" || error.code === "ERR_PACKAGE_PATH_NOT_EXPORTED" ? "unknown" : error.message;
  }

  console.log(`${object.kind}/${object.metadata.name}\t${verdict}`);
}
