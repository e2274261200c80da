"""Who everything belongs to and who acts: organizations, people, teams, projects, credentials. Knows no tasks."""
