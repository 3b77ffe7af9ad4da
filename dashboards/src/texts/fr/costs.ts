import type { CostsPanel, PanelTexts } from '../panels.ts';

export const COSTS: PanelTexts<CostsPanel> = {
  costByDay: {
    title: 'Coût par jour et fournisseur',
    description: 'Ce qui compte dans tous les totaux, par jour UTC, empilé. Aujourd’hui est partiel.',
    noData: 'Aucun coût connu sur cette période.',
  },
  coverage: {
    title: 'Sources du coût, $summary',
    description:
      'Parts du coût des jours complets par source en vigueur : factures saisies, facture du fournisseur, ses ' +
      'chiffres d’usage, prix fixe, estimation.',
    noData: 'Aucun coût connu.',
  },
  costSources: {
    title: 'Chaque source, et ce qui en compte',
    description:
      'Pour chaque fournisseur et composant, ce que chaque source dit de la période, et la part qui compte. Une ' +
      'source qui ne compte pas a cédé à une meilleure.',
    noData: 'Aucun coût connu sur cette période.',
  },
  reconciliation: {
    title: 'Facture face aux autres sources, $months',
    description:
      'Pour chaque mois, ce que disent la facture, celle du fournisseur, son usage, le prix fixe et ' +
      'l’estimation, et l’écart des deux meilleures. Au-delà de 1 %, c’est signalé.',
    noData: 'Pas encore de mois avec un coût.',
  },
  missingInvoices: {
    title: 'Sans facture, $missing',
    description:
      'Jours pour lesquels un fournisseur connu par facture seulement n’en a pas, un mois au plus par ligne. ' +
      'Jusqu’à sa saisie dans Facturation, une estimation compte, ou rien.',
    noData: 'Aucune facture ne manque.',
  },
  mailsWaiting: {
    title: 'Messages en attente',
    description:
      'Messages de la boîte de réception qui peuvent contenir une facture, ni confirmés ni écartés. Aucun ne compte. ' +
      'Lu dans Prometheus, qui n’a pas de chiffre avant le premier message.',
    noData: 'Aucun message connu.',
  },
  sourcesByDay: {
    title: 'Source de chaque jour',
    description: 'Le total de chaque jour, et la source en vigueur pour chaque fournisseur.',
    noData: 'Aucun coût connu sur cette période.',
  },
  cacheByModel: {
    title: 'Caches des modèles LLM',
    description:
      'La part des tokens de prompt que le fournisseur a lus dans son cache, ce que la passerelle a répondu depuis le ' +
      'sien, et l’économie des deux aux prix de chaque jour. Le surcoût des écritures n’est pas déduit ; vide : aucun ' +
      'prix connu.',
    noData: 'Aucun usage LLM sur cette période.',
  },
};
