import type { Texts } from './texts.ts';

const SEE_HEALTH =
  'Rien à montrer pour l’instant : le tableau « Santé des métriques » dit ce qui manque à chaque collecteur.';

export const FR: Texts = {
  language: 'fr',
  folder: 'Marginboard (français)',
  boards: {
    business: { title: 'Business (FR)', description: 'Gagnons-nous de l’argent, et peut-on se fier aux chiffres ?' },
    margins: { title: 'Marges', description: 'Marge par jour et par client, prévision et budgets.' },
    costs: {
      title: 'Coûts et provenance',
      description: 'Sur quoi repose chaque coût : facture, fournisseur, prix fixe ou estimation.',
    },
    health: {
      title: 'Santé des métriques',
      description: 'Les collecteurs tournent-ils, et de quand datent leurs données ?',
    },
  },
  panels: {
    revenue: {
      title: 'Revenus',
      description:
        'Revenus reconnus (Stripe) du mois en cours et des cinq précédents, jusqu’au dernier jour complet, en USD et hors taxes. Non compté : l’argent reçu pour des jours à venir.',
      noData: 'Aucun revenu connu : renseignez STRIPE_SECRET_KEY (npm run doctor dit ce qui ne va pas).',
    },
    llmCosts: {
      title: 'Coûts LLM',
      description:
        'Coût de l’usage LLM sur les mêmes jours, par compteurs de tokens et prix datés, ou par facture là où elle est saisie. Non compté : les tokens sans prix connu.',
      noData: 'Aucun coût LLM connu : renseignez PROMETHEUS_URL, ou saisissez une facture dans Facturation.',
    },
    infrastructureCosts: {
      title: 'Infrastructure',
      description:
        'DigitalOcean, Weaviate, Supabase, Twilio et tout autre fournisseur sur les mêmes jours : la facture si elle existe, sinon la meilleure autre source. Non compté : LLM et frais de paiement.',
      noData:
        'Aucun coût d’infrastructure connu : configurez un fournisseur, ou saisissez une facture dans Facturation.',
    },
    netMargin: {
      title: 'Marge nette',
      description:
        'Revenus − LLM − infrastructure − frais de paiement, sur exactement les mêmes jours. Vert au-dessus de 0, rouge en dessous. Vide tant que l’un d’eux est inconnu. Non compté : salaires, impôts et ce qui n’a pas de facture ici.',
      noData: 'La marge demande revenus et coûts : l’un d’eux n’est pas encore connu.',
    },
    revenueTrend: {
      title: 'Revenus, 30 j',
      description:
        'Total des 30 derniers jours complets, et son évolution par rapport aux 30 jours précédents. La courbe montre le mouvement de ce total.',
      noData: SEE_HEALTH,
    },
    llmCostsTrend: {
      title: 'LLM, 30 j',
      description:
        'Total des 30 derniers jours complets, et son évolution par rapport aux 30 jours précédents (une hausse est rouge).',
      noData: SEE_HEALTH,
    },
    infrastructureCostsTrend: {
      title: 'Infra, 30 j',
      description:
        'Total des 30 derniers jours complets hors LLM, et son évolution par rapport aux 30 jours précédents (une hausse est rouge).',
      noData: SEE_HEALTH,
    },
    netMarginTrend: {
      title: 'Marge, 30 j',
      description: 'Total des 30 derniers jours complets, et son évolution par rapport aux 30 jours précédents.',
      noData: SEE_HEALTH,
    },
    revenueVsCosts: {
      title: 'Revenus et coûts, 30 jours',
      description:
        'Surface (axe droit) : revenu mensuel récurrent (MRR). Lignes (axe gauche) : coût total et marge de chaque jour ; coût = LLM + infrastructure + frais de paiement. La marge s’arrête au dernier jour complet pour toutes les sources ; aujourd’hui est partiel.',
      noData: SEE_HEALTH,
    },
    topUsers: {
      title: 'Top 20 utilisateurs par coût LLM, 30 jours',
      description:
        'Les utilisateurs dont l’usage LLM a coûté le plus ces 30 derniers jours, par e-mail (ou user-… si Supabase n’en connaît pas). Non compté : les tokens sans prix connu.',
      noData: 'Aucun usage LLM avec un prix sur ces 30 jours.',
    },
    tokenEfficiency: {
      title: 'Efficacité des tokens par modèle, 30 jours',
      description: 'Tokens de prompt (cache compris) et de complétion côte à côte, par modèle.',
      noData: 'Aucun usage LLM sur ces 30 jours : PROMETHEUS_URL n’est pas renseigné, ou ses compteurs sont vides.',
    },
    tokenRatio: {
      title: 'Complétion par prompt',
      description: 'Par modèle, avec le coût de mille tokens. Coût vide : le modèle n’a pas de prix connu.',
      noData: 'Aucun usage LLM sur ces 30 jours.',
    },
    averageRatio: {
      title: 'Ratio moyen',
      description:
        'Tokens de complétion par token de prompt, tous modèles des 30 derniers jours, pondéré par les tokens.',
      noData: 'Aucun usage LLM sur ces 30 jours.',
    },
    errorRate: {
      title: '$llm_provider',
      description:
        'Requêtes des 30 derniers jours : toutes, réussies, échouées, et la part d’échecs. Non compté : les requêtes qui n’ont pas atteint la passerelle.',
      noData: 'Aucune requête sur ces 30 jours.',
    },
    infrastructureWeek: {
      title: 'Coût d’infrastructure, 7 jours',
      description:
        'Coût de chacun des 7 derniers jours UTC par fournisseur, empilé ; aujourd’hui est partiel. Une facture est répartie sur les jours de sa période.',
      noData: 'Aucun coût connu sur ces 7 jours.',
    },
    llmByMonth: {
      title: 'Coût LLM par mois, 6 mois',
      description:
        'Les mois UTC clos en ligne ; le mois en cours est un point isolé, car il est partiel. Non compté : les tokens sans prix connu.',
      noData: 'Aucun coût LLM connu sur ces mois.',
    },
    lastSync: {
      title: 'Dernière synchronisation',
      description:
        'Quand les collecteurs ont fini pour la dernière fois, il y a combien de temps, et avec quel résultat. Partielle : au moins un collecteur a échoué.',
      noData: 'Pas encore de synchronisation : la première a lieu à l’heure prévue, ou par npm run sync.',
    },
    marginPeriod: {
      title: 'Marge des 30 derniers jours',
      description:
        'Totaux des 30 derniers jours complets, comme sur Business : revenus, coûts, et ce qui reste, frais de paiement déduits aussi.',
      noData: SEE_HEALTH,
    },
    marginByDay: {
      title: 'Revenus, coût et marge par jour',
      description:
        'Revenus reconnus, coût total (LLM + infrastructure + frais de paiement) et marge de chaque jour. La marge s’arrête au dernier jour complet.',
      noData: SEE_HEALTH,
    },
    marginByCustomer: {
      title: 'Marge par client, 30 jours',
      description:
        'Revenus reconnus − coût LLM des utilisateurs de chaque client Stripe. Les lignes sans client portent ce qu’aucun lien n’explique, pour que les colonnes s’additionnent. Non compté : infrastructure et frais, qui ne sont à personne.',
      noData: 'Ni revenu ni coût LLM sur ces 30 jours.',
    },
    forecast: {
      title: 'Prévision et budget du mois',
      description:
        'Mois en cours, rythme mensuel, prévision (mois en cours + jours restants × médiane des 7 derniers jours complets), budget, et le jour où il est dépassé.',
      noData: 'Aucun coût connu ce mois-ci.',
    },
    forecastVsBudget: {
      title: 'Prévision face au budget',
      description: 'Prévision du mois en cours à côté de son budget, par fournisseur. Pas de barre : aucun budget.',
      noData: 'Aucun coût connu ce mois-ci.',
    },
    costByDay: {
      title: 'Coût par jour et fournisseur',
      description: 'Ce qui compte dans tous les totaux, par jour UTC, empilé. Aujourd’hui est partiel.',
      noData: 'Aucun coût connu sur cette période.',
    },
    coverage: {
      title: 'D’où vient le coût',
      description:
        'Parts du coût des 6 derniers mois par source en vigueur : factures saisies, facture du fournisseur, ses chiffres d’usage, prix fixe, estimation.',
      noData: 'Aucun coût connu.',
    },
    costSources: {
      title: 'Chaque source, et ce qui en compte',
      description:
        'Pour chaque fournisseur et composant, ce que chaque source dit de la période, et la part qui compte. Une source qui ne compte pas a cédé à une meilleure.',
      noData: 'Aucun coût connu sur cette période.',
    },
    reconciliation: {
      title: 'Facture face aux autres sources',
      description:
        'Pour chaque mois, ce que disent la facture, celle du fournisseur, son usage, le prix fixe et l’estimation, et l’écart des deux meilleures. Au-delà de 1 %, c’est signalé.',
      noData: 'Pas encore de mois avec un coût.',
    },
    missingInvoices: {
      title: 'Factures manquantes',
      description:
        'Mois clos pour lesquels un fournisseur connu par facture seulement n’en a pas. Jusqu’à sa saisie dans Facturation, une estimation compte, ou rien.',
      noData: 'Aucune facture ne manque.',
    },
    sourcesByDay: {
      title: 'Source de chaque jour',
      description: 'Le total de chaque jour, et la source en vigueur pour chaque fournisseur.',
      noData: 'Aucun coût connu sur cette période.',
    },
    collectors: {
      title: 'Collecteurs',
      description:
        'Pour chaque collecteur son dernier résultat avec la raison, le dernier jour complet enregistré, et ce qui reste à renseigner.',
      noData: 'L’exporter ne connaît aucun collecteur : la source de données est-elle connectée ?',
    },
    lastRuns: {
      title: 'Derniers passages',
      description:
        'Le dernier passage de chaque collecteur : quand il a fini, quel essai c’était, sa durée et ses requêtes, reprises comprises ; puis son dernier succès et le prochain passage.',
      noData: 'Aucun passage encore : le premier a lieu à l’heure prévue, ou par npm run sync.',
    },
    syncLog: {
      title: 'Journal des synchronisations',
      description: 'Chaque passage de la période, le plus récent d’abord : résultat, raison, essai, durée, requêtes.',
      noData: 'Aucun passage sur cette période.',
    },
    alerts: {
      title: 'Alertes en cours',
      description: 'Les alertes de Marginboard dans Prometheus, actives ou en attente.',
      noData: 'Aucune alerte.',
    },
    outcomes: {
      title: 'Dernier résultat',
      description:
        'Résultat du dernier passage de chaque collecteur, d’après /metrics. Absent avant le premier passage.',
      noData: 'Pas encore de passage, ou Prometheus ne lit pas l’exporter.',
    },
    dataAge: {
      title: 'Âge des données',
      description:
        'Temps depuis la fin du dernier jour UTC que chaque collecteur a enregistré en entier. DataStale se déclenche au-delà de 36 heures.',
      noData: 'Pas encore de données, ou Prometheus ne lit pas l’exporter.',
    },
    runAge: {
      title: 'Âge du passage',
      description:
        'Temps depuis le dernier passage de chaque collecteur, quel qu’en soit le résultat. Un passage récent avec des données anciennes : il tourne et échoue.',
      noData: 'Aucun passage encore, ou Prometheus ne lit pas l’exporter.',
    },
    durations: {
      title: 'Durée du dernier passage',
      description: 'Durée du dernier passage de chaque collecteur.',
      noData: 'Pas encore de passage, ou Prometheus ne lit pas l’exporter.',
    },
    failures: {
      title: 'Passages échoués, 24 heures',
      description: 'Passages échoués des dernières 24 heures, par collecteur et genre.',
      noData: 'Aucun échec, ou Prometheus ne lit pas l’exporter.',
    },
    upstream: {
      title: 'Requêtes aux fournisseurs',
      description: 'Requêtes par heure à chaque fournisseur, reprises comprises.',
      noData: 'Aucune requête, ou Prometheus ne lit pas l’exporter.',
    },
    databaseUp: {
      title: 'Base de données',
      description: 'La base de l’exporter a-t-elle répondu la dernière fois.',
      noData: 'Inconnu : Prometheus ne lit pas l’exporter.',
    },
    snapshotAge: {
      title: 'Âge des chiffres',
      description: 'Temps depuis la lecture en base des chiffres de /metrics.',
      noData: 'Inconnu : Prometheus ne lit pas l’exporter.',
    },
  },
  fields: {
    revenueUsd: 'Revenus',
    llmCostUsd: 'LLM',
    infrastructureCostUsd: 'Infrastructure',
    paymentFeesUsd: 'Frais de paiement',
    netMarginUsd: 'Marge nette',
    netMarginRatio: 'Taux de marge',
    mrrUsd: 'MRR',
    costUsd: 'Coût',
    marginUsd: 'Marge',
    marginRatio: 'Taux de marge',
    email: 'Utilisateur',
    model: 'Modèle',
    provider: 'Fournisseur',
    promptTokens: 'Tokens de prompt',
    completionTokens: 'Tokens de complétion',
    completionRatio: 'Ratio',
    costPerThousandTokensUsd: 'USD / 1k',
    requests: 'Requêtes',
    successes: 'Réussies',
    errors: 'Erreurs',
    errorRate: 'Taux d’erreur',
    llmUsd: 'LLM',
    digitalOceanUsd: 'DigitalOcean',
    weaviateUsd: 'Weaviate',
    supabaseUsd: 'Supabase',
    twilioUsd: 'Twilio',
    otherUsd: 'Autres',
    totalUsd: 'Total',
    day: 'Jour',
    month: 'Mois',
    kind: 'Genre',
    customer: 'Client',
    users: 'Utilisateurs',
    unpricedTokens: 'Tokens sans prix',
    monthToDateUsd: 'Mois en cours',
    runRateMonthUsd: 'Rythme',
    forecastMonthUsd: 'Prévision',
    budgetMonthUsd: 'Budget',
    budgetPassedOn: 'Budget dépassé le',
    component: 'Composant',
    source: 'Source',
    days: 'Jours',
    inForce: 'En vigueur',
    countedUsd: 'Compte',
    sources: 'Sources',
    coverageInvoice: 'Factures saisies',
    coverageApiInvoice: 'Facture du fournisseur',
    coverageApiUsage: 'Usage du fournisseur',
    coverageFixed: 'Prix fixe',
    coverageEstimate: 'Estimation',
    collector: 'Collecteur',
    enabled: 'Actif',
    settingsMessage: 'À faire',
    outcome: 'Résultat',
    reason: 'Raison',
    message: 'Message',
    attempt: 'Essai',
    startedAt: 'Début',
    durationMs: 'Durée',
    finishedAt: 'Dernier passage',
    lastSuccessAt: 'Dernier succès',
    dataDay: 'Données au',
    nextRunAt: 'Prochain passage',
    upstreamRequests: 'Requêtes',
    rowsWritten: 'Lignes',
    warnings: 'Avertissements',
    lastSyncFinishedAt: 'Terminée',
    lastSyncOutcome: 'Résultat',
    invoiceUsd: 'Facture',
    providerInvoiceUsd: 'Facture API',
    usageUsd: 'Usage',
    fixedUsd: 'Prix fixe',
    estimateUsd: 'Estimation',
    driftUsd: 'Écart',
    driftRatio: 'Écart %',
    drifts: 'Signalé',
  },
  outcomes: { succeeded: 'Réussie', partial: 'Partielle', failed: 'Échouée', skipped: 'Ignorée' },
  sources: {
    invoice: 'Facture',
    api_invoice: 'Facture API',
    api_usage: 'Usage API',
    fixed: 'Prix fixe',
    estimate: 'Estimation',
    mixed: 'Mixte',
  },
  customerKinds: {
    customer: 'Client',
    other_customers: 'Tous les autres clients',
    unmatched_revenue: 'Revenu sans utilisateur',
    unmatched_cost: 'Coût sans client',
  },
  alertFields: { alert: 'Alerte', state: 'État', severity: 'Gravité' },
  alertStates: { firing: 'Active', pending: 'En attente' },
  severities: { critical: 'Critique', warning: 'Attention' },
  yes: 'Oui',
  no: 'Non',
  all: 'Tous',
  other: 'Autres',
  completeTo: '6 mois au',
  ofWhichInvoiced: 'facturé',
  vsBefore: 'par rapport aux 30 jours d’avant',
  closedMonths: 'Mois clos',
  runningMonth: 'Mois en cours (partiel)',
  axisPerDay: 'USD par jour',
  axisMrr: 'MRR, USD par mois',
  age: 'Âge',
  billing: 'Facturation',
  llmProvider: 'Fournisseur LLM',
  invoicesMarked: 'Factures',
  pricesMarked: 'Prix contractuels',
  failedSyncsMarked: 'Synchros échouées',
};
