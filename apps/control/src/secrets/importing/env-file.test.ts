import { describe, expect, test } from "@jest/globals";
import { readEnvFile } from "./env-file.ts";

const valuesOf = (text: string): Record<string, string> =>
  Object.fromEntries(readEnvFile(text).variables.map(({ name, value }) => [name, value]));

describe("a variable", () => {
  test.each([
    ["plain", "A=1", "1"],
    ["exported", "export A=1", "1"],
    ["with blanks around", "  A =  x y  ", "x y"],
    ["with a comment behind", "A=x # why", "x"],
    ["empty", "A=", ""],
    ["in single quotes", "A='x # y\\n'", "x # y\\n"],
    ["in double quotes, with line ends", 'A="x\\ny"', "x\ny"],
    ["over several lines", 'A="x\ny=1\n# z"', "x\ny=1\n# z"],
    ["in backticks", "A=`'x' \"y\"`", "'x' \"y\""],
    ["with an equals sign", "A=x=y==", "x=y=="],
    ["written with a colon", "A: x", "x"],
    ["after a byte order mark", "\uFEFFA=1", "1"],
    ["with Windows' line ends", "A=1\r\nB=2\r\n", "1"],
    ["that is a reference to another", "A=${B}", "${B}"],
  ])("%s", (_what, text, value) => {
    expect(valuesOf(text)["A"]).toBe(value);
    expect(readEnvFile(text).unreadable).toEqual([]);
  });
});

test("each variable knows its line, also behind one of several lines", () => {
  const { variables } = readEnvFile('# first\n\nA=1\nKEY="-----BEGIN\nB=2\nend"\nexport C=3');
  expect(variables.map(({ name, line }) => [name, line])).toEqual([
    ["A", 3],
    ["KEY", 4],
    ["C", 7],
  ]);
});

test("names that stand more than once are told with their lines, and the last one counts", () => {
  const { variables, duplicates } = readEnvFile('A=1\nB=1\nA=2\nK="x\nA=3\n"\nexport A=4');
  expect(duplicates).toEqual([{ name: "A", lines: [1, 3, 7] }]);
  expect(variables.find(({ name }) => name === "A")).toMatchObject({ value: "4", line: 7 });
});

test("lines that dotenv passes over are told, and comments and empty ones aren't", () => {
  const text = '# a comment\n\nA=1\nNO EQUALS=1\njust words\n"quoted\nB=2\n   # another\n=x\nC="it\'s\nfine"';
  const { unreadable, variables } = readEnvFile(text);
  expect(unreadable).toEqual([4, 5, 6, 9]);
  expect(variables.map(({ name }) => name)).toEqual(["A", "B", "C"]);
});

test("a name that no object can hold is told, not lost", () => {
  expect(readEnvFile("A=1\n__proto__=2").unreadable).toEqual([2]);
});

test("a text without any variable has none", () => {
  expect(readEnvFile("\n# nothing\n")).toEqual({ variables: [], duplicates: [], unreadable: [] });
});
