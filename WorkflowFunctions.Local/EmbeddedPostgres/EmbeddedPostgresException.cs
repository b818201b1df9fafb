namespace WorkflowFunctions.Local.EmbeddedPostgres;

/// <summary>
/// The embedded PostgreSQL could not be found, created, started or reached. The message says what is wrong, where,
/// and what to do.
/// </summary>
internal sealed class EmbeddedPostgresException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">What is wrong, where, and what to do.</param>
    public EmbeddedPostgresException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception with its cause.</summary>
    /// <param name="message">What is wrong, where, and what to do.</param>
    /// <param name="innerException">The cause.</param>
    public EmbeddedPostgresException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
