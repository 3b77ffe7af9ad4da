import type { HealthPanel, PanelTexts } from '../panels.ts';

export const HEALTH: PanelTexts<HealthPanel> = {
  collectors: {
    title: 'Collecteurs',
    description:
      'Pour chaque collecteur son dernier résultat avec la raison, le dernier jour complet enregistré, et ce ' +
      'qui reste à renseigner.',
    noData: 'L’exporter ne connaît aucun collecteur : la source de données est-elle connectée ?',
  },
  lastRuns: {
    title: 'Derniers passages',
    description:
      'Le dernier passage de chaque collecteur : quand il a fini, quel essai c’était, sa durée et ses requêtes, ' +
      'reprises comprises ; puis son dernier succès et le prochain passage.',
    noData: 'Aucun passage encore : le premier a lieu à l’heure prévue, ou par npm run sync.',
  },
  syncLog: {
    title: 'Journal des synchronisations',
    description:
      'Chaque passage de la période, le plus récent d’abord : résultat, raison, essai, durée, avertissements.',
    noData: 'Aucun passage sur cette période.',
  },
  alerts: {
    title: 'Alertes en cours',
    description: 'Les alertes de Marginboard dans Prometheus, actives ou en attente.',
    noData: 'Aucune alerte.',
  },
  dataAge: {
    title: 'Retard',
    description:
      'Temps depuis la fin du dernier jour UTC que chaque collecteur a enregistré en entier. DataStale se ' +
      'déclenche au-delà de 36 heures.',
    noData: 'Pas encore de données, ou Prometheus ne lit pas l’exporter.',
  },
  runAge: {
    title: 'Âge du passage',
    description:
      'Temps depuis le dernier passage de chaque collecteur, quel qu’en soit le résultat. Un passage récent ' +
      'avec des données anciennes : il tourne et échoue.',
    noData: 'Aucun passage encore, ou Prometheus ne lit pas l’exporter.',
  },
  durations: {
    title: 'Durée des passages',
    description: 'Durée de chaque passage de la période, par collecteur ; au plus les 200 derniers du journal.',
    noData: 'Aucun passage sur cette période.',
  },
  failures: {
    title: 'Passages échoués',
    description:
      'Les passages de la période qui ont échoué, le plus récent d’abord, avec la raison. Un essai ultérieur a pu réussir.',
    noData: 'Aucun échec sur cette période.',
  },
  upstream: {
    title: 'Requêtes aux fournisseurs',
    description:
      'Requêtes de chaque passage de la période à son fournisseur, reprises comprises ; au plus les 200 derniers ' +
      'du journal.',
    noData: 'Aucun passage sur cette période.',
  },
  databaseUp: {
    title: 'Base de données',
    description:
      'La base de l’exporter a-t-elle répondu la dernière fois, et accepte-t-elle des écritures : un disque plein ou une bascule la met en lecture seule.',
    noData: 'Inconnu : Prometheus ne lit pas l’exporter.',
  },
  diskFree: {
    title: 'Disque libre',
    description:
      'La place sur les disques de la base intégrée et des sauvegardes. Orange sous 5 Go ; DiskSpaceLow se déclenche ' +
      'là où c’est aussi moins d’un dixième du disque.',
    noData: 'Inconnu : la base est sur une autre machine, ou Prometheus ne lit pas l’exporter.',
  },
  snapshotAge: {
    title: 'Âge des chiffres',
    description: 'Temps depuis la lecture en base des chiffres de /metrics.',
    noData: 'Inconnu : Prometheus ne lit pas l’exporter.',
  },
};
