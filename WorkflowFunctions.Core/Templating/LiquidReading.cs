namespace WorkflowFunctions.Templating;

/// <summary>What is learned while a template is rendered; shared by the values and the filters of one rendering.</summary>
internal sealed class LiquidReading
{
    /// <summary>Where the library keeps it.</summary>
    public const string Register = "reading";

    private readonly HashSet<string> _missing = new(StringComparer.Ordinal);

    /// <summary>Whether anything that does not exist was read.</summary>
    public bool FoundMissing => _missing.Count > 0;

    /// <summary>The value of a lone <c>{{ … }}</c>.</summary>
    public object? Result { get; set; }

    /// <summary>Notes that a name was read that does not exist.</summary>
    public void NoteMissing(string name) => _missing.Add(name);

    /// <summary>
    /// Whether a variable that reads as null does so because a part of it does not exist, and not because its value is null.
    /// </summary>
    public bool IsMissing(string variable) => _missing.Any(name => variable.Contains(name, StringComparison.Ordinal));
}
