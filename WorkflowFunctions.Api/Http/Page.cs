using WorkflowFunctions.Database;

namespace WorkflowFunctions.Api.Http;

/// <summary>A page of a list, newest first.</summary>
/// <typeparam name="T">Of what.</typeparam>
/// <param name="Items">The rows.</param>
/// <param name="NextCursor">The <c>cursor</c> of the next page; null on the last one.</param>
internal sealed record Page<T>(IReadOnlyList<T> Items, string? NextCursor);

/// <summary>Makes pages.</summary>
internal static class Pages
{
    /// <summary>The longest page of rows.</summary>
    public const int MaxLimit = 200;

    /// <summary>The length of a page unless another one is asked for.</summary>
    public const int DefaultLimit = 50;

    /// <summary>Reads the cursor of a request.</summary>
    /// <exception cref="ApiException">It is not one.</exception>
    public static PageCursor? Cursor(string? cursor) => cursor is null ? null : PageCursor.Parse(cursor)
        ?? throw ApiException.BadParameter("cursor", cursor, "the next_cursor of the page before, as it was given");

    /// <summary>Makes a page of rows of which one more was read than the page takes, if there are so many.</summary>
    public static Page<T> Of<T>(IReadOnlyList<T> rows, int limit, Func<T, (DateTimeOffset? CreatedAt, string Id)> place)
    {
        if (rows.Count <= limit)
            return new Page<T>(rows, null);
        var (createdAt, id) = place(rows[limit - 1]);
        return new Page<T>([.. rows.Take(limit)], new PageCursor(createdAt, id).ToString());
    }
}
