using Spectre.Console;

namespace WorkflowFunctions.Local.Commands;

/// <summary>How commands print: for eyes at a terminal, and as plain lines where a program reads them.</summary>
internal static class Terminal
{
    /// <summary>Wider than any line, so that none is broken where it is not shown on a screen.</summary>
    private const int NoWidth = 10_000;

    /// <summary>What is printed beside the result: progress, and what went wrong.</summary>
    public static IAnsiConsole Error { get; } = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });

    /// <summary>Whether a person reads the result.</summary>
    public static bool IsThere => AnsiConsole.Profile.Out.IsTerminal;

    /// <summary>Keeps lines whole that no screen shows. Comes before anything is printed.</summary>
    public static void Prepare()
    {
        foreach (var console in new[] { AnsiConsole.Console, Error }.Where(console => !console.Profile.Out.IsTerminal))
            console.Profile.Width = NoWidth;
    }

    /// <summary>A table: with a border at a terminal, without one where a program reads it.</summary>
    public static Table Table(params string[] columns) =>
        new Table().Border(IsThere ? TableBorder.Rounded : TableBorder.None).AddColumns(columns);
}
