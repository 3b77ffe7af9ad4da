import type { LlmPanel, PanelTexts } from '../panels.ts';

const NOTHING = 'Aucun usage LLM de ce qui est choisi sur cette période.';

export const LLM: PanelTexts<LlmPanel> = {
  usageByMonth: {
    title: 'Coût LLM par mois, $months',
    description:
      'Coût de l’usage choisi par mois UTC ; le mois en cours est partiel. Non compté : les tokens sans prix connu.',
    noData: NOTHING,
  },
  usageByProvider: {
    title: 'Requêtes par fournisseur',
    description: 'Les requêtes de l’usage choisi, et combien ont échoué, par fournisseur du modèle.',
    noData: NOTHING,
  },
  usageByModel: {
    title: 'Usage par modèle',
    description:
      'Tokens et coût de l’usage choisi par modèle. Cliquez sur un modèle pour le voir seul. Coût vide : aucun prix ' +
      'connu.',
    noData: NOTHING,
  },
  usageByUser: {
    title: 'Usage par utilisateur',
    description:
      'Les 100 utilisateurs dont l’usage choisi a coûté le plus. Cliquez sur un utilisateur pour le voir seul. Les ' +
      'tokens sans prix ne sont pas dans le coût. Les jetons du rôle figures voient des pseudonymes.',
    noData: NOTHING,
  },
};
