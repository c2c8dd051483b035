// What changed between two schemas: node diff.js OLD NEW CHANGELOG
// Exit status 1 if a client could break by something that the changelog does not name.
const { readFileSync } = require("node:fs");
const { CriticalityLevel, diff } = require("@graphql-inspector/core");
const { buildSchema } = require("graphql");

const [before, after, changelog] = process.argv.slice(2).map((path) => readFileSync(path, "utf8"));
const SIGNS = {
  [CriticalityLevel.Breaking]: "BREAKING",
  [CriticalityLevel.Dangerous]: "dangerous",
  [CriticalityLevel.NonBreaking]: "fine",
};

diff(buildSchema(before), buildSchema(after)).then((changes) => {
  const silent = [];
  for (const { criticality, message, path } of changes) {
    const named = criticality.level !== CriticalityLevel.Breaking || changelog.includes(`\`${path}\``);
    console.log(`${SIGNS[criticality.level].padEnd(9)}  ${path}: ${message}`);
    if (!named) silent.push(path);
  }
  console.log(changes.length ? "" : "No changes.");
  if (silent.length) {
    console.error(`Clients can break by these. Name them in CHANGELOG.md as \`${silent.join("`, `")}\`.`);
    process.exitCode = 1;
  }
});
