namespace WorkflowFunctions.Database.Migrations;

/// <summary>The database could not be brought to the schema. The message says which script failed and why.</summary>
public sealed class MigrationException(string message, Exception? inner = null) : Exception(message, inner);
