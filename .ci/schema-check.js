// schema-check.js SCHEMA FOLDER: asks ajv about every policy in the folder; its file's name says what must come out.
const fs = require("fs");
const path = require("path");
const Ajv = require("ajv");
const addFormats = require("ajv-formats");
const yaml = require("yaml");

const [schemaFile, folder] = process.argv.slice(2);
const ajv = new Ajv({ strict: true, strictTypes: true, allowUnionTypes: true, allErrors: true });
addFormats(ajv);
const validate = ajv.compile(JSON.parse(fs.readFileSync(schemaFile, "utf8")));

function isValid(text) {
  try {
    return validate(yaml.parse(text, { logLevel: "error" }));
  } catch (error) {
    return false; // no single document
  }
}

const count = { valid: 0, invalid: 0, beyond: 0 };
let wrong = 0;
for (const file of fs.readdirSync(folder).sort()) {
  const opinion = file.split("-")[0];
  const text = fs.readFileSync(path.join(folder, file), "utf8");
  count[opinion]++;
  if (isValid(text) !== (opinion !== "invalid")) {
    wrong++;
    console.log(`schema check: the reader and the schema differ (${opinion} to the reader) about:\n${text}${ajv.errorsText(validate.errors)}`);
  }
}

console.log(`schema check: ajv agrees on ${count.valid} valid and ${count.invalid} invalid policies, ${count.beyond} beyond a schema; ${wrong} differ`);
process.exit(wrong === 0 && count.valid > 0 && count.invalid > 0 ? 0 : 1);
