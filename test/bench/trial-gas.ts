// Gas that each step of a trial costs, read from receipts of a local chain. Gas does not depend on the machine.
import { startAnvil } from '../ledger-sync/anvil.js';
import { FAR, TrialRig, word } from '../ledger-sync/trials/trial-rig.js';

/** Gas by step. */
export async function trialFigures(): Promise<Map<string, number>> {
  const anvil = await startAnvil();
  try {
    const rig = await TrialRig.deploy(anvil);
    const figures = new Map<string, number>();
    const note = async (name: string, data: string) => {
      figures.set(name, Number((await rig.chain.send(data)).gasUsed));
    };
    await note('appointment', rig.appointData(rig.site, 2));
    await note('document', rig.attestData(word('protocol')));
    await note('consent form', rig.attestData(word('form'), { kind: 2 }));
    const basis = rig.nameOf(word('form'));
    await note('consent', rig.attestData(word('subject'), { kind: 3, basis, by: rig.site }));
    await note('withdrawn consent', rig.revokeData(rig.nameOf(word('subject'), rig.site), rig.site));
    await note('data set', rig.attestData(word('set'), { kind: 4 }));
    const set = rig.nameOf(word('set'));
    await note('grant', rig.grantData(set, word('a'), FAR - 1, 0));
    await note('extension', rig.grantData(set, word('a'), FAR, 1));
    await note('withdrawn grant', rig.grantData(set, word('a'), 0, 2));
    return figures;
  } finally {
    await anvil.stop();
  }
}
