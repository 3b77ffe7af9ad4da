import type { MarginsPanel, PanelTexts } from '../panels.ts';
import { SEE_HEALTH } from './see-health.ts';

export const MARGINS: PanelTexts<MarginsPanel> = {
  marginPeriod: {
    title: 'Marge, $complete',
    description:
      'Totaux des jours complets, comme sur Business : revenus, coûts, et ce qui reste, frais de ' +
      'paiement déduits aussi.',
    noData: SEE_HEALTH,
  },
  marginByDay: {
    title: 'Revenus, coût et marge par jour',
    description:
      'Revenus reconnus, coût total (LLM + infrastructure + frais de paiement) et marge de chaque jour. La ' +
      'marge s’arrête au dernier jour complet.',
    noData: SEE_HEALTH,
  },
  marginByCustomer: {
    title: 'Marge par client, $days',
    description:
      'Revenus reconnus − coût LLM des utilisateurs de chaque client Stripe. Les lignes sans client portent ce ' +
      'qu’aucun lien n’explique, pour que les colonnes s’additionnent. Non compté : infrastructure et frais, ' +
      'qui ne sont à personne.',
    noData: 'Ni revenu ni coût LLM sur ces jours.',
  },
  forecast: {
    title: 'Prévision et budget du mois',
    description:
      'Mois en cours, rythme mensuel, prévision (mois en cours + jours restants × médiane des 7 derniers jours ' +
      'complets), budget, et le jour où il est dépassé.',
    noData: 'Aucun coût connu ce mois-ci.',
  },
  forecastVsBudget: {
    title: 'Prévision et budget',
    description: 'Prévision du mois en cours à côté de son budget, par fournisseur. Pas de barre : aucun budget.',
    noData: 'Aucun coût connu ce mois-ci.',
  },
  mrr: {
    title: 'MRR (revenu mensuel récurrent)',
    description:
      'Revenu mensuel récurrent à la fin de chaque jour, des abonnements en cours ; un jour qui n’a pas été lu est un ' +
      'vide. Non compté : les paiements uniques.',
    noData: SEE_HEALTH,
  },
};
