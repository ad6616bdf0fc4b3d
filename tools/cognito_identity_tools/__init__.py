"""The 23 operations of Amazon Cognito Identity as data: names, models, constraints, effects."""
