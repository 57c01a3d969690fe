import SequencerModule from "@jest/test-sequencer";

const Sequencer = SequencerModule.default ?? SequencerModule;

/** What takes longest, by the folder or file that it is in. */
const longest = ["/browser/", "/model/", "/random-requests", "/every-", "/scripts/", "/end-to-end/"];

/** Begins with what takes longest, so that no worker is left alone with it at the end. */
export default class LongestFirst extends Sequencer {
  sort(tests) {
    const rank = ({ path }) => {
      const index = longest.findIndex((part) => path.includes(part));
      return index === -1 ? longest.length : index;
    };
    // oxlint-disable-next-line unicorn/no-array-sort -- it is Jest's, and leaves what it is given as it is
    const usual = super.sort(tests);
    return usual.toSorted((one, other) => rank(one) - rank(other));
  }
}
