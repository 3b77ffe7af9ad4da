import { INFRASTRUCTURE } from '../provider-texts.ts';
import type { BusinessPanel, PanelTexts } from '../panels.ts';
import { SEE_HEALTH } from './see-health.ts';

export const BUSINESS: PanelTexts<BusinessPanel> = {
  revenue: {
    title: 'Revenus',
    description:
      'Revenus reconnus (Stripe) jusqu’au dernier jour complet, en USD et hors taxes : du mois en cours et des cinq ' +
      'précédents, ou des jours choisis. Non compté : l’argent reçu pour des jours à venir.',
    noData: 'Aucun revenu connu : renseignez STRIPE_SECRET_KEY (npm run doctor dit ce qui ne va pas).',
  },
  llmCosts: {
    title: 'Coûts LLM',
    description:
      'Coût de l’usage LLM sur les mêmes jours, par compteurs de tokens et prix datés, ou par facture là où ' +
      'elle est saisie. Non compté : les tokens sans prix connu.',
    noData: 'Aucun coût LLM connu : renseignez PROMETHEUS_URL, ou saisissez une facture dans Facturation.',
  },
  infrastructureCosts: {
    title: 'Infrastructure',
    description:
      `${INFRASTRUCTURE} et tout autre fournisseur sur les mêmes jours : la facture si ` +
      'elle existe, sinon la meilleure autre source. Non compté : LLM et frais de paiement.',
    noData: 'Aucun coût d’infrastructure connu : configurez un fournisseur, ou saisissez une facture dans Facturation.',
  },
  netMargin: {
    title: 'Marge nette',
    description:
      'Revenus − LLM − infrastructure − frais de paiement, sur exactement les mêmes jours. Vert au-dessus de 0, ' +
      'rouge en dessous. Vide tant que l’un d’eux est inconnu. Non compté : salaires, impôts et ce qui n’a pas ' +
      'de facture ici.',
    noData: 'La marge demande revenus et coûts : l’un d’eux n’est pas encore connu.',
  },
  revenueTrend: {
    title: 'Revenus, $trend',
    description:
      'Total des jours complets, et son évolution par rapport à autant de jours précédents. La courbe ' +
      'montre le mouvement de ce total.',
    noData: SEE_HEALTH,
  },
  llmCostsTrend: {
    title: 'LLM, $trend',
    description:
      'Total des jours complets, et son évolution par rapport à autant de jours précédents (une hausse ' +
      'est rouge).',
    noData: SEE_HEALTH,
  },
  infrastructureCostsTrend: {
    title: 'Infra, $trend',
    description:
      'Total des jours complets hors LLM, et son évolution par rapport à autant de jours précédents (une ' +
      'hausse est rouge).',
    noData: SEE_HEALTH,
  },
  netMarginTrend: {
    title: 'Marge, $trend',
    description: 'Total des jours complets, et son évolution par rapport à autant de jours précédents.',
    noData: SEE_HEALTH,
  },
  revenueVsCosts: {
    title: 'Revenus et coûts, $days',
    description:
      'Surface (axe droit) : revenu mensuel récurrent (MRR). Lignes (axe gauche) : coût total et marge de ' +
      'chaque jour ; coût = LLM + infrastructure + frais de paiement. La marge s’arrête au dernier jour complet ' +
      'pour toutes les sources ; aujourd’hui est partiel.',
    noData: SEE_HEALTH,
  },
  topUsers: {
    title: 'Top 20 utilisateurs par coût LLM, $days',
    description:
      'Les utilisateurs dont l’usage LLM a coûté le plus sur ces jours, par e-mail (ou user-… si ' +
      'Supabase n’en connaît pas). Non compté : les tokens sans prix connu.',
    noData: 'Aucun usage LLM avec un prix sur ces jours.',
  },
  tokenEfficiency: {
    title: 'Efficacité des tokens par modèle, $days',
    description: 'Tokens de prompt (cache compris) et de complétion côte à côte, par modèle.',
    noData: 'Aucun usage LLM sur ces jours : PROMETHEUS_URL n’est pas renseigné, ou ses compteurs sont vides.',
  },
  tokenRatio: {
    title: 'Complétion par prompt',
    description: 'Par modèle, avec le coût de mille tokens. Coût vide : le modèle n’a pas de prix connu.',
    noData: 'Aucun usage LLM sur ces jours.',
  },
  averageRatio: {
    title: 'Ratio moy.',
    description: 'Tokens de complétion par token de prompt, tous modèles de ces jours, pondéré par les tokens.',
    noData: 'Aucun usage LLM sur ces jours.',
  },
  errorRate: {
    title: '$llm_provider',
    description:
      'Requêtes de ces jours : toutes, réussies, échouées, et la part d’échecs. Non compté : les ' +
      'requêtes qui n’ont pas atteint la passerelle.',
    noData: 'Aucune requête sur ces jours.',
  },
  infrastructureWeek: {
    title: 'Coût d’infrastructure, $week',
    description:
      'Coût de chaque jour UTC par fournisseur, empilé ; aujourd’hui est partiel. Une facture ' +
      'est répartie sur les jours de sa période.',
    noData: 'Aucun coût connu sur ces jours.',
  },
  llmByMonth: {
    title: 'Coût LLM par mois, $months',
    description:
      'Les mois UTC clos en ligne ; le mois en cours est un point isolé, car il est partiel. Non compté : les ' +
      'tokens sans prix connu.',
    noData: 'Aucun coût LLM connu sur ces mois.',
  },
  lastSync: {
    title: 'Dernière synchronisation',
    description:
      'Quand les collecteurs ont fini pour la dernière fois, il y a combien de temps, et avec quel résultat. ' +
      'Partielle : au moins un collecteur a échoué.',
    noData: 'Pas encore de synchronisation : la première a lieu à l’heure prévue, ou par npm run sync.',
  },
};
