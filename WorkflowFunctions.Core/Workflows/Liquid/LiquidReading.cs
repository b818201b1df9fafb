namespace WorkflowFunctions.Workflows.Liquid;

/// <summary>What is learned while a template is rendered; shared by the values and the filters of one rendering.</summary>
internal sealed class LiquidReading
{
    /// <summary>Where the library keeps it.</summary>
    public const string Register = "reading";

    private readonly long _allocatedBefore = GC.GetAllocatedBytesForCurrentThread();
    private readonly HashSet<string> _missing = new(StringComparer.Ordinal);

    /// <summary>Whether anything that does not exist was read.</summary>
    public bool FoundMissing => _missing.Count > 0;

    /// <summary>The value of a lone <c>{{ … }}</c>.</summary>
    public object? Result { get; set; }

    /// <summary>Stops a rendering that has used too much memory. A rendering stays on its thread.</summary>
    /// <exception cref="LiquidSyntaxException">It has.</exception>
    public void CheckMemory()
    {
        if (GC.GetAllocatedBytesForCurrentThread() - _allocatedBefore > LiquidTemplate.MaxAllocatedBytes)
            throw LiquidBounds.TooLarge();
    }

    /// <summary>Notes that a name was read that does not exist.</summary>
    public void NoteMissing(string name) => _missing.Add(name);

    /// <summary>
    /// Whether a variable that reads as null does so because a part of it does not exist, and not because its value is null.
    /// </summary>
    public bool IsMissing(string variable) => _missing.Any(name => HasPart(variable, name));

    private static bool HasPart(string variable, string name)
    {
        for (var start = variable.IndexOf(name, StringComparison.Ordinal); start >= 0; start = variable.IndexOf(name, start + 1, StringComparison.Ordinal))
        {
            var end = start + name.Length;
            if ((start == 0 || !IsNamePart(variable[start - 1])) && (end == variable.Length || !IsNamePart(variable[end])))
                return true;
        }

        return false;
    }

    private static bool IsNamePart(char character) => char.IsLetterOrDigit(character) || character is '_' or '-';
}
