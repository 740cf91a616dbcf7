/** The model: XState's own graph of the channel machine. */
import { describe, expect, it } from 'vitest';
import { type AnyTransitionDefinition, initialTransition, transition } from 'xstate';
import type { Command } from '../../src/machine/commands.ts';
import type { Fact } from '../../src/machine/facts.ts';
import { channelMachine } from '../../src/machine/machine.ts';
import { modelPaths, stepsOf, tableStepsOf, type XStateSnapshot } from './model.ts';

const paths = modelPaths();
const commandsOf = (facts: readonly Fact[]): Command[] => stepsOf(facts).flatMap(({ commands }) => commands);

describe('the paths of the channel model', () => {
  it('the paths take every transition of the channel machine', () => {
    const untaken = new Set<AnyTransitionDefinition>();
    for (const node of Object.values(channelMachine.root.states))
      for (const definitions of node.transitions.values()) for (const one of definitions) untaken.add(one);
    for (const facts of paths) {
      let [snapshot]: [XStateSnapshot, ...unknown[]] = initialTransition(channelMachine);
      for (const fact of facts) {
        for (const one of channelMachine.getTransitionData(snapshot, fact) ?? [])
          untaken.delete(one as AnyTransitionDefinition);
        [snapshot] = transition(channelMachine, snapshot, fact);
      }
    }
    // Transitions that only stop another one from being taken have no effect, so no path has them.
    const left = [...untaken].filter(({ target, actions }) => target !== undefined || actions.length > 0);
    expect(left.map(({ source, eventType }) => `${source.key} × ${eventType}`)).toEqual([]);
  });

  it('the table takes the same steps as XState on every path', () => {
    for (const facts of paths) expect(tableStepsOf(facts)).toEqual(stepsOf(facts));
  });

  it('on every path each delivery continues the position, and only a reset moves it otherwise', () => {
    for (const facts of paths) {
      let last: { epoch: string; offset: number; tag: string } | undefined;
      for (const command of commandsOf(facts)) {
        if (command.type === 'reset') last = { ...command.position };
        if (command.type !== 'deliver') continue;
        for (const { offset, prev, tag } of command.publications) {
          expect({ epoch: command.epoch, offset: offset - 1, tag: prev }).toEqual(last);
          last = { epoch: command.epoch, offset, tag };
        }
      }
    }
  });

  it('every path answers each joiner once: admitted, refused, or kept until one of both', () => {
    for (const facts of paths) {
      let kept = 0;
      for (const { commands, fact } of stepsOf([...facts, { type: 'node.closed' }])) {
        const answers = commands.filter(({ type }) => ['admit', 'keep', 'refuse'].includes(type));
        expect(answers).toHaveLength(fact.type === 'join.requested' ? 1 : 0);
        for (const { type } of commands) {
          if (type === 'keep') kept += 1;
          if (type === 'admitKept' || type === 'refuseKept') kept = 0;
        }
      }
      expect(kept).toBe(0);
    }
  });

  it('every path disarms the timers that it arms, except those that fired', () => {
    for (const facts of paths) {
      const armed = new Set<string>();
      for (const { fact, commands } of stepsOf([...facts, { type: 'node.closed' }])) {
        if (fact.type.endsWith('.timedOut')) armed.delete(fact.type.slice(0, -'.timedOut'.length));
        for (const command of commands) {
          if (command.type === 'arm') armed.add(command.timer);
          if (command.type === 'disarm') armed.delete(command.timer);
        }
      }
      expect([...armed]).toEqual([]);
    }
  });

  it('no path follows or unfollows while the other is under way', () => {
    for (const facts of paths) {
      let isUnfollowing = false;
      let isFollowing = true;
      for (const { fact, commands } of stepsOf(facts)) {
        if (fact.type === 'unfollow.settled') isUnfollowing = false;
        // An interruption settles what is under way.
        if (fact.type.startsWith('follow.') || fact.type === 'broker.interrupted') isFollowing = false;
        for (const { type } of commands) {
          if (type === 'follow') expect(isUnfollowing).toBe(false);
          if (type === 'unfollow') expect(isFollowing).toBe(false);
          if (type === 'follow') isFollowing = true;
          if (type === 'unfollow') isUnfollowing = true;
        }
      }
    }
  });
});
