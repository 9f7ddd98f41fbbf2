// One member of the protocol, as a program: JSON Lines in, JSON Lines out (docs/programs.md).
//
//     onevoice conform --program "node examples/member.mjs"
//
// It needs Node and no packages. `Member` is the protocol and knows nothing of lines; `answer`
// gives it an input and says what comes of it; the end of the file reads and writes.

import { createInterface } from "node:readline";

/** An input that the program cannot take. Anything else that is thrown is a bug, and ends it. */
class Refusal extends Error {}

class Member {
  constructor(name) {
    this.name = name;

    // The view installed last; null before the first.
    this.view = null;
    this.members = [];
    // Nothing may be sent until the next view, because it would not be delivered in this one.
    this.blocked = false;

    // Of the request, for all of its rounds.
    this.request = null;
    this.ownSubgroup = [];
    this.holds = [];
    this.received = new Set();
    this.completed = false;
    // Whether somebody has spoken for the own subgroup. Nobody tells a member so: it works this
    // out from what it receives and sends, and whoever leads next relies on it.
    this.indicator = false;

    // Of the round; a view is a round.
    this.acknowledged = false;
    this.acknowledgedBy = new Set();
  }

  // -- inputs ---------------------------------------------------------------------------------

  install({ view, request, members, subgroups, holds }) {
    if (view === request) {
      this.beginRequest(request, subgroups, holds);
    } else if (request !== this.request) {
      throw new Refusal(`view ${view} goes on with request ${request}, which is not running`);
    }
    this.view = view;
    this.members = members;
    this.blocked = false;
    this.acknowledged = false;
    // Who acknowledged an earlier round did so before the failure that began this one.
    this.acknowledgedBy = new Set();
  }

  beginRequest(request, subgroups, holds) {
    this.request = request;
    this.ownSubgroup = subgroups.find((subgroup) => subgroup.includes(this.name));
    if (!this.ownSubgroup) {
      throw new Refusal(`${this.name} is in no subgroup`);
    }
    this.holds = holds;
    this.received = new Set();
    this.completed = false;
    this.indicator = false; // What was said for an earlier request was other data.
  }

  block() {
    this.blocked = true;
  }

  deliver({ kind, sender, view, request, data }) {
    // A message may have waited in its sender's queue until a later request.
    if (this.view === null || request !== this.request) {
      return;
    }
    if (kind === "data") {
      // Data counts in whichever round of its request it comes: it is the same in all of them.
      data.forEach((name) => this.received.add(name));
      if (this.ownSubgroup.includes(sender)) {
        this.indicator = true;
      }
    } else if (kind === "ack") {
      if (view === this.view) {
        this.acknowledgedBy.add(sender);
      }
    } else {
      throw new Refusal(`no such kind of message: ${kind}`);
    }
  }

  // -- what may be done now -------------------------------------------------------------------

  /** No message and no election: every member finds the same leader in the view it was given. */
  leads() {
    const live = this.ownSubgroup.filter((name) => this.members.includes(name));
    return live.sort()[0] === this.name;
  }

  /** Whether the member has still to say something in this round, and can be heard in it. */
  speaks() {
    return this.view !== null && !this.completed && !this.acknowledged && !this.blocked;
  }

  mayTransmit() {
    // A joiner without data leads its subgroup too, but has nothing to transmit.
    return this.speaks() && this.leads() && this.holds.length > 0 && !this.indicator;
  }

  mayAcknowledge() {
    // Never before the data: whoever has everyone's acknowledgment must have everyone's data.
    return this.speaks() && !this.mayTransmit();
  }

  mayComplete() {
    if (this.view === null || this.completed) {
      return false;
    }
    return this.members.every((name) => this.acknowledgedBy.has(name));
  }

  due() {
    const steps = [];
    if (this.mayTransmit()) steps.push("transmit");
    if (this.mayAcknowledge()) steps.push("acknowledge");
    if (this.mayComplete()) steps.push("complete");
    return steps;
  }

  // -- steps ----------------------------------------------------------------------------------

  /** Takes a step, and gives what comes of it as a part of the answer. */
  take(step) {
    if (!this.due().includes(step)) {
      throw new Refusal(`not due: ${step}`);
    }
    const sent = { view: this.view, request: this.request };
    switch (step) {
      case "transmit":
        // Not only on receipt: the message may be delivered rounds later, and until then the
        // indicator must keep its own sender from transmitting again. If the sender fails, the
        // message is lost or every survivor receives it, so no other member has to know.
        this.indicator = true;
        return { send: { kind: "data", ...sent, data: this.holds } };
      case "acknowledge":
        this.acknowledged = true;
        return { send: { kind: "ack", ...sent } };
      case "complete":
        this.completed = true;
        return { complete: { data: [...this.received].sort() } };
    }
  }
}

// -- lines --------------------------------------------------------------------------------------

let member = null;

/** What comes of an input, apart from what is due then. */
function effect(input) {
  if (input.op === "start") {
    member = new Member(input.member);
    return {};
  }
  if (member === null) {
    throw new Refusal("not started");
  }
  switch (input.op) {
    case "install":
      member.install(input);
      return {};
    case "block":
      member.block();
      return {};
    case "deliver":
      member.deliver(input);
      return {};
    case "take":
      return member.take(input.step);
    default:
      throw new Refusal(`no such op: ${input.op}`);
  }
}

function answer(line) {
  try {
    const came = effect(JSON.parse(line));
    return { ...came, due: member.due() };
  } catch (error) {
    if (error instanceof Refusal || error instanceof SyntaxError) {
      return { error: error.message };
    }
    throw error;
  }
}

function reply(line) {
  process.stdout.write(JSON.stringify(answer(line)) + "\n");
}

// The caller may stop listening whenever it has seen enough: that is an end, not an error.
process.stdout.on("error", () => process.exit(0));
createInterface({ input: process.stdin }).on("line", reply);
