// Validates the SARIF files that are its arguments, and says of each what is wrong with it.
import { readFileSync } from 'node:fs';
import Ajv from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

const schema = new URL('node_modules/@microsoft/sarif-multitool-ts/assets/sarif-2.1.0.schema.json', import.meta.url);
const ajv = new Ajv.default({ allErrors: true, strict: false });
addFormats.default(ajv);
const validate = ajv.compile(JSON.parse(readFileSync(schema)));

let invalid = 0;
for (const file of process.argv.slice(2)) {
  if (!validate(JSON.parse(readFileSync(file)))) {
    invalid++;
    for (const error of validate.errors) {
      console.log(`${file}: ${error.instancePath} ${error.message}`);
    }
  }
}

process.exit(invalid === 0 ? 0 : 1);
