"""Who sanctions whom, by year or month: rows of sender, target and period for statistical analysis.

:mod:`sanctions.questions.panel.columns` describes what each column counts. The rules:

* The sender is the state or organisation for which the issuer of the order counts, the target the one at which its
  measures are aimed, by name or as territories (:mod:`sanctions.questions.attribution`, as of the day asked about).
  Measures of a state against its own actors, and measures without a target, are left out.
* Only measures that restrict count. A measure with several targets counts once for each pair.
* Nothing counts that imprecise dates leave open, or that happens after the day asked about.
* An event counts for a pair if the sender takes part in an acting role and the target in one in which it is acted
  upon, or if someone takes a position on an actor (:mod:`sanctions.questions.panel.events`).
* A pair has a row for every period from its first count to its last, including those where every count is zero.
"""
